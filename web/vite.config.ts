import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Keeps a compressed twin beside each script and style sheet, so that the API compresses nothing. */
const compressedTwins: Plugin = {
  name: 'compressed-twins',
  writeBundle({ dir = '' }, bundle) {
    for (const name of Object.keys(bundle)) {
      if (!/\.(js|css)$/.test(name)) continue;
      const file = path.join(dir, name);
      writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
    }
  },
};

const { version } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as { version: string };

export default defineConfig({
  base: '/console/',
  define: { BURSAR_VERSION: JSON.stringify(version) },
  plugins: [react(), compressedTwins],
  build: {
    target: 'es2022',
    manifest: true,
    // An inlined script or font would need an exception of the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
