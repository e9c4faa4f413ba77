import { defineConfig } from "vitest/config";

export default defineConfig({
  server: { fs: { allow: ["../.."] } }, // the rooms and their style sheets are not below this folder
  test: { environment: "jsdom", include: ["*.test.js"], css: true },
});
