# An image for hosts that run containers. The server is one file without node_modules, so the last
# stage only copies it; having no RUN, it is made for any platform without emulation.
# Alpine rather than distroless: the size is nearly the same, and its shell and wget let people look
# around and let the health check do without starting a second node.

# --platform: the bundle is the same JavaScript everywhere, so it is built on the builder's own CPU.
FROM --platform=$BUILDPLATFORM node:24.21.0-alpine3.24 AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# The other development tools are half a gigabyte of runtimes and linters that a bundle has no use
# for. What is left in package.json gets the lock file's versions and is checked against its hashes.
RUN npm pkg set "dependencies.esbuild=$(node -p "require('./package.json').devDependencies.esbuild")" \
    && npm pkg delete devDependencies \
    && npm install --ignore-scripts
COPY scripts scripts
COPY src src
# Not `npm run build`: this Node reads TypeScript itself, and tsx is not installed.
RUN node scripts/build.ts node

FROM node:24.21.0-alpine3.24
LABEL org.opencontainers.image.title="Poeway" \
      org.opencontainers.image.description="Use Poe from any AI client" \
      org.opencontainers.image.source="https://github.com/poeway/poeway" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production
WORKDIR /app
# Node takes ES modules from a .mjs without a package.json beside it.
COPY --from=build /build/dist/node.js ./poeway.mjs
COPY LICENSE ./
# A number, so that Kubernetes' runAsNonRoot can tell; it is the image's own user `node`.
USER 1000:1000
EXPOSE 8080
# The port is asked for as the app does it: PORT, or port, or that of config.toml, and blank is none.
# `docker run --env-file` leaves quotes around values.
# -Y off: a proxy in the environment is not for calls to oneself.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
    CMD folder=$(echo "${CONFIG_DIR:-.}" | tr -d "\"'"); \
        filed=$(sed -n 's/^ *port *= *"*\([0-9]*\).*/\1/Ip' "$folder/config.toml" 2>/dev/null | head -n 1); \
        asked=$(echo "${PORT:-${port:-$filed}}" | tr -dc 0-9); \
        wget -q -Y off -O /dev/null "http://127.0.0.1:${asked:-8080}/health" || exit 1
# Exec form, no shell and no npm between: node is process 1 and gets SIGTERM itself. It handles the
# signal and starts no children, so it needs no init.
CMD ["node", "poeway.mjs"]
