// types.mjs: the console against the types that were made from openapi.yaml, and both dictionaries against each other.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const top = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const home = path.join(top, "acs/console");
const compiler = path.join(home, "node_modules/typescript/bin/tsc");
if (!existsSync(compiler)) {
  console.error("typescript is not there: run node acs/console/packages.mjs --dev");
  process.exit(1);
}

const build = path.resolve(process.env.FAROL_BUILD);
const directory = mkdtempSync(path.join(build, "types-"));
try {
  const config = {
    extends: path.join(home, "tsconfig.json"),
    compilerOptions: { paths: { "farol-api": [path.join(build, "acs/api/api.d.ts")] } },
    include: [path.join(home, "src")],
  };
  writeFileSync(path.join(directory, "tsconfig.json"), JSON.stringify(config));
  const run = spawnSync(process.execPath, [compiler, "-p", directory], { stdio: "inherit" });
  process.exitCode = run.status ?? 1;
} finally {
  rmSync(directory, { recursive: true });
}
