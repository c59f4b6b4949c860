# The inference service; only the coordinator should reach it. Build from the project's root:
#   docker build -f infra/docker/inference.Dockerfile -t starling-inference .
FROM node:26-bookworm-slim AS build
WORKDIR /starling
COPY . .
RUN npm ci --no-audit --no-fund \
  && TURBO_TELEMETRY_DISABLED=1 npx turbo run build --filter=@starling/inference

FROM node:26-bookworm-slim
WORKDIR /starling
ENV NODE_ENV=production STARLING_HOST=0.0.0.0 STARLING_PORT=7880 STARLING_DATA=/data
COPY --from=build /starling /starling
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 7880
CMD ["node", "apps/inference/dist/main.js"]
