# Kelou with everything that it needs, fonts included; compose.yaml runs it with a server.
#   docker build -t kelou .
#   docker run --rm --user "$(id -u)" -v "$PWD:/data" kelou audit --data exports --month 2026-10
FROM python:3.13-slim-trixie

RUN apt-get update && apt-get install --yes --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk fontconfig \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /opt/kelou
COPY requirements.lock ./
RUN pip install --no-cache-dir --no-deps --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY checks checks
COPY flows flows
COPY report_templates report_templates
RUN pip install --no-cache-dir --no-deps --no-build-isolation .

RUN useradd --create-home --uid 1000 kelou
USER kelou
ENV PREFECT_HOME=/tmp/prefect XDG_CACHE_HOME=/tmp/cache PREFECT_SERVER_ANALYTICS_ENABLED=false DO_NOT_TRACK=1
WORKDIR /data
ENTRYPOINT ["kelou"]
CMD ["--help"]
