import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const CONSOLE_URL = 'http://127.0.0.1:5601'

/** Lays a `.br` and a `.gz` beside every script and style, which the server then sends. */
function compressAssets(folder: string): Plugin {
  return {
    name: 'compress-assets',
    apply: 'build',
    closeBundle() {
      for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        if (!/\.(js|css|svg|html)$/.test(name)) continue
        const file = join(folder, name)
        const content = readFileSync(file)
        writeFileSync(`${file}.br`, brotliCompressSync(content))
        writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }))
      }
    },
  }
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), compressAssets(join(import.meta.dirname, 'dist'))],
  build: {
    target: 'es2023',
    // the page's policy allows files only, so nothing may be turned into an inline address
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_000,
  },
  server: {
    proxy: Object.fromEntries(
      ['/api', '/es'].map((path) => [
        path,
        {
          target: CONSOLE_URL,
          changeOrigin: true,
          // the server answers only its own origin
          headers: { origin: CONSOLE_URL, 'sec-fetch-site': 'same-origin' },
        },
      ]),
    ),
  },
})
