# The pages; only the coordinator should reach them. Build from the project's root:
#   docker build -f infra/docker/dashboard.Dockerfile -t starling-dashboard .
FROM node:26-bookworm-slim AS build
WORKDIR /starling
COPY . .
RUN npm ci --no-audit --no-fund \
  && TURBO_TELEMETRY_DISABLED=1 NEXT_TELEMETRY_DISABLED=1 \
     npx turbo run build --filter=@starling/dashboard

FROM node:26-bookworm-slim
WORKDIR /starling/apps/dashboard
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1
COPY --from=build /starling /starling
USER node
EXPOSE 7879
CMD ["node", "../../node_modules/next/dist/bin/next", "start", "--hostname", "0.0.0.0", "--port", "7879"]
