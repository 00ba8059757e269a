import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  base: "/app/",
  plugins: [react()],
  resolve: { alias: { "~": new URL("./src", import.meta.url).pathname } },
  build: {
    outDir: "../src/sojourn/app/console/static",
    emptyOutDir: true,
    chunkSizeWarningLimit: 1000, // kB before compression; what the first page loads is held small by a test
  },
  server: { proxy: { "/api": "http://127.0.0.1:8800" } },
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"], testTimeout: 60_000 },
});
