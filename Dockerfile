# docker build --tag npverify . && docker run --rm --volume "$PWD:/work:ro" npverify check
FROM python:3.12-slim AS build
WORKDIR /source
COPY pyproject.toml README.md ./
COPY analyzer analyzer
COPY encodings encodings
RUN python -m pip wheel --no-cache-dir --wheel-dir /wheels .

FROM python:3.12-slim
# git reads the revisions of `--base` and `git:`; /work belongs to whoever mounts it.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/* \
    && git config --system --add safe.directory '*' \
    && useradd --uid 10001 --user-group --no-create-home npverify
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    python -m pip install --no-cache-dir --no-index --find-links /wheels npverify
USER 10001:10001
WORKDIR /work
ENTRYPOINT ["npverify"]
CMD ["check"]
