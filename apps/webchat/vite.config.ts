import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  root: folder('src/web'),
  build: {
    outDir: folder('dist/web'),
    emptyOutDir: true,
    target: 'es2023',
    // What is heavy is loaded when it is needed; the sizes are known.
    chunkSizeWarningLimit: 800,
    // A page that may run nothing but its own files has no inline scripts and styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      onwarn(warning, warn) {
        // What lucide tells servers of React is nothing to a browser.
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning)
      },
    },
  },
})
