"""Small projects: a folder with manifests and an npverify.yaml."""

from __future__ import annotations

import subprocess

from npverify.checking import load_checker
from npverify.configuration import read_configuration

SHOP = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {env: prod}}
---
apiVersion: v1
kind: Namespace
metadata: {name: sandbox}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: shop}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec: {containers: [{name: c, image: i, ports: [{name: http, containerPort: 80}]}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: db, namespace: shop}
spec:
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: c, image: i}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: api}}}]
    ports: [{port: 5432}]
"""
"""The api reaches the database on tcp/5432, and nothing else does; the api itself is open."""

CLOSED = SHOP.replace("port: 5432", "port: 5433")
"""The same with another port."""


def write(folder, *items, manifests=SHOP, options=""):
    """Write a project; the items are the assertions, each in one line."""
    (folder / "deploy").mkdir(parents=True, exist_ok=True)
    (folder / "deploy" / "shop.yaml").write_text(manifests)
    file = folder / "npverify.yaml"
    lines = "".join(f"- {item}\n" for item in items)
    file.write_text(f"schema: npverify/v1\nmanifests: [deploy]\n{options}assertions:\n{lines}")
    return file


def checker_of(folder, *items, manifests=SHOP, options="", **more):
    """The project, read and ready."""
    return load_checker(
        read_configuration(write(folder, *items, manifests=manifests, options=options)), **more
    )


def git(folder, *arguments):
    """Run git in a folder, as nobody in particular."""
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def commit_all(folder):
    """Make the folder a repository whose branch `main` holds all there is."""
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message=before")
