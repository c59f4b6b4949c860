# A worker on the CPU. Build from the project's root:
#   docker build -f infra/docker/worker-cpu.Dockerfile -t starling-worker-cpu .
FROM node:26-bookworm-slim AS build
WORKDIR /starling
COPY . .
RUN npm ci --no-audit --no-fund \
  && TURBO_TELEMETRY_DISABLED=1 npx turbo run build --filter=@starling/worker

FROM node:26-bookworm-slim
WORKDIR /starling
ENV NODE_ENV=production STARLING_DATA=/data STARLING_SLOTS=2
COPY --from=build /starling /starling
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
# SIGTERM drains: running trials are checkpointed and handed back.
STOPSIGNAL SIGTERM
CMD ["node", "apps/worker/dist/main.js"]
