# ftdata alone, on a slim image, as a user without rights: docker run --rm -v "$PWD:/data" ftdata check train.jsonl
FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY ftdata ftdata
RUN python -m venv /opt/ftdata \
    && /opt/ftdata/bin/pip install --no-cache-dir '.[excel,fast,html,parquet,remote,text,zstd]'

FROM python:3.13-slim
LABEL org.opencontainers.image.title="ftdata" \
      org.opencontainers.image.description="The toolchain for fine-tuning data" \
      org.opencontainers.image.source="https://github.com/ftdata/ftdata" \
      org.opencontainers.image.licenses="MIT"
RUN useradd --create-home --uid 10001 ftdata
COPY --from=build /opt/ftdata /opt/ftdata
ENV PATH="/opt/ftdata/bin:$PATH" PYTHONUNBUFFERED=1
USER 10001
WORKDIR /data
ENTRYPOINT ["ftdata"]
CMD ["--help"]
