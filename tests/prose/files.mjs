/* The files of the working tree, without what is built, installed or generated in it. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** Folders of builds, of npm's packages, and hidden ones; and the table that the quickstart writes. */
const isLeftOut = (name) => /^(build.*|dist|dist-test|node_modules|\..*|my-routes\.yaml)$/.test(name);

/** The files below the paths, which are files or folders, in order. */
export function filesBelow(paths) {
  const missing = paths.find((path) => !existsSync(path));
  if (missing) throw new Error(`${missing}: no such file or folder`);
  const files = paths.flatMap((path) => {
    if (!statSync(path).isDirectory()) return [path];
    const names = readdirSync(path).filter((name) => !isLeftOut(name));
    return filesBelow(names.map((name) => join(path, name)));
  });
  return [...new Set(files)].sort();
}
