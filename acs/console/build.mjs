// build.mjs OUTPUT.c DEPFILE: bundles src/ and writes it as the table of serve.h. Names carry the hash of what they name.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = path.dirname(fileURLToPath(import.meta.url));
const [output, depfile] = process.argv.slice(2);
const TYPES = { ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8" };

const common = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  target: ["chrome123", "firefox124", "safari17.5"],
  jsx: "automatic",
  jsxImportSource: "preact",
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  outdir: "/assets",
  write: false,
  metafile: true,
  legalComments: "none",
};

// The worker comes first: the page's script holds its name.
async function bundle() {
  const worker = await build({ ...common, entryPoints: ["src/worker.ts"] });
  const workerPath = worker.outputFiles[0].path;
  const rest = await build({
    ...common,
    entryPoints: ["src/main.tsx", "src/css/app.css"],
    define: { WORKER_URL: JSON.stringify(workerPath) },
    format: "esm",
    splitting: true,
  });
  const inputs = [...Object.keys(worker.metafile.inputs), ...Object.keys(rest.metafile.inputs)];
  return { files: [...worker.outputFiles, ...rest.outputFiles], inputs, outputs: rest.metafile.outputs };
}

// What the script imports before it runs is asked for together with it, not after it.
function preloads(outputs) {
  const main = Object.values(outputs).find((output) => output.entryPoint === "src/main.tsx");
  const wanted = new Set();
  const visit = (output) => {
    for (const { path: name, kind } of output.imports)
      if (kind === "import-statement" && !wanted.has(name)) {
        wanted.add(name);
        visit(outputs[name]);
      }
  };
  visit(main);
  return [...wanted].map((name) => `<link rel="modulepreload" href="/assets/${path.basename(name)}">`).join("\n    ");
}

function page(files, outputs) {
  const named = (name, end) => files.find((file) => path.basename(file.path).startsWith(name) && file.path.endsWith(end)).path;
  return readFileSync(path.join(here, "src/page.html"), "utf8")
    .replace("{script}", named("main-", ".js"))
    .replace("{preloads}", preloads(outputs))
    .replace("{style}", named("app-", ".css"));
}

// Octal escapes of always three digits: whatever follows cannot become a part of one.
const cString = (bytes) =>
  Array.from({ length: Math.ceil(bytes.length / 64) }, (_, row) =>
    '    "' + Array.from(bytes.subarray(row * 64, row * 64 + 64), (byte) => "\\" + byte.toString(8).padStart(3, "0")).join("") + '"',
  ).join("\n");

function row(file) {
  const bytes = gzipSync(file.contents, { level: 9 });
  const etag = createHash("sha256").update(file.contents).digest("hex").slice(0, 32);
  return `    {.path = "${file.path}", .type = "${file.type}", .etag = "\\"${etag}\\"", .gzip = true, .len = ${bytes.length},\n` +
    `     .bytes =\n${cString(bytes)}},\n`;
}

const { files, inputs, outputs } = await bundle();
const assets = [
  { path: "/", type: "text/html; charset=utf-8", contents: Buffer.from(page(files, outputs)) },
  ...files.map((file) => ({ path: file.path, type: TYPES[path.extname(file.path)], contents: Buffer.from(file.contents) })),
];
writeFileSync(
  output,
  `/* Made by acs/console/build.mjs. */\n#include "acs/console/serve.h"\n\nconst struct console_asset console_assets[] = {\n` +
    assets.map(row).join("") + `};\n\nconst size_t console_asset_count = ${assets.length};\n`,
);
const sources = [...inputs, "src/page.html", "package.json"].map((name) => path.join(here, name).replaceAll(" ", "\\ "));
writeFileSync(depfile, `${output}: ${[...new Set(sources)].join(" ")}\n`);
