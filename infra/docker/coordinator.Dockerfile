# The coordinator: API, sockets and the front port. Build from the project's root:
#   docker build -f infra/docker/coordinator.Dockerfile -t starling-coordinator .
FROM node:26-bookworm-slim AS build
WORKDIR /starling
COPY . .
RUN npm ci --no-audit --no-fund \
  && PRISMA_SCHEMA_ENGINE_BINARY=/usr/local/bin/node TURBO_TELEMETRY_DISABLED=1 \
     npx turbo run build --filter=@starling/coordinator --filter=@starling/cli

FROM node:26-bookworm-slim
WORKDIR /starling
ENV NODE_ENV=production STARLING_HOST=0.0.0.0 STARLING_PORT=7878 STARLING_DATA=/data
COPY --from=build /starling /starling
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 7878
# Migrations are safe to run from several coordinators at once.
CMD ["sh", "-c", "node apps/cli/dist/stack/migrate-database.js && exec node apps/coordinator/dist/main.js"]
