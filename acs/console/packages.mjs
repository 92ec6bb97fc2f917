// packages.mjs [--dev] [--npm NPM] [--stamp FILE]: has the packages of package-lock.json in node_modules; with --dev
// those that only tests need, too. Asks no registry when they are there: a checkout builds without a network then.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const here = path.dirname(path.resolve(process.argv[1]));
const wanted = new Set(process.argv.slice(2));
const after = (name) => process.argv[process.argv.indexOf(name) + 1];
const stamp = wanted.has("--stamp") ? path.resolve(after("--stamp")) : null;
const npm = wanted.has("--npm") ? after("--npm") : "npm";

const read = (file) => JSON.parse(readFileSync(path.join(here, file), "utf8"));

// A package for another system, or one that only tests need, may be missing.
function isMissing([place, row]) {
  if (place === "" || row.optional || (row.dev && !wanted.has("--dev")))
    return false;
  const file = path.join(place, "package.json");
  return !existsSync(path.join(here, file)) || read(file).version !== row.version;
}

if (Object.entries(read("package-lock.json").packages).some(isMissing)) {
  const only = wanted.has("--dev") ? [] : ["--omit=dev"];
  try {
    execFileSync(npm, ["ci", ...only, "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: here, stdio: "inherit" });
  } catch {
    console.error("The packages of the console could not be installed. With -Dconsole=disabled the rest is built without it.");
    process.exit(1);
  }
}
if (stamp)
  writeFileSync(stamp, "");
