/* Links of a Markdown file that lead nowhere: to a file that does not exist, or to a heading that its file has not. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const EXTERNAL = /^(?:[a-z][a-z0-9+.-]*:|\/\/)/i;

/** The text with code blocks and inline code blanked, so that lines keep their numbers. */
function withoutCode(text) {
  const blank = (code) => code.replace(/[^\n]/g, " ");
  return text
    .replace(/^(```|~~~)[^\n]*\n[\s\S]*?^\1[^\n]*$/gm, blank)
    .replace(/^ {4}.*$/gm, blank)
    .replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, blank);
}

/** gives a list of {target, line} */
function linksOf(text) {
  const source = withoutCode(text);
  const patterns = [/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g, /^\[[^\]]+\]:\s*(\S+)/gm, /\b(?:src|srcset|href)="([^"\s]+)[^"]*"/g];
  return patterns.flatMap((pattern) =>
    [...source.matchAll(pattern)].map(({ index, 1: target }) => ({
      target,
      line: source.slice(0, index).split("\n").length,
    })),
  );
}

/** The names that GitHub gives to the headings of a Markdown file. */
function anchorsOf(file) {
  const text = readFileSync(file, "utf8").replace(/^(```|~~~)[^\n]*\n[\s\S]*?^\1[^\n]*$/gm, "");
  const seen = new Map();
  return [...text.matchAll(/^#{1,6} +(.*?) *#*$/gm)].map(([, heading]) => {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");
    const name = plain.toLowerCase().replace(/[^\p{L}\p{N}\p{M} _-]/gu, "").replaceAll(" ", "-");
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    return count ? `${name}-${count}` : name;
  });
}

function problemOf(page, target) {
  const [path, anchor] = target.split("#");
  const file = path ? normalize(join(dirname(page), decodeURIComponent(path))) : page;
  if (file.startsWith("..")) return "leads out of the repository";
  if (!existsSync(file)) return "there is no such file";
  if (anchor === undefined) return undefined;
  const isPage = statSync(file).isFile() && file.endsWith(".md");
  return isPage && !anchorsOf(file).includes(anchor) ? `${file} has no such heading` : undefined;
}

/** gives a list of lines "PAGE:LINE: TARGET: what is wrong" */
export function deadLinks(page) {
  const links = linksOf(readFileSync(page, "utf8")).filter(({ target }) => !EXTERNAL.test(target));
  return links.flatMap(({ target, line }) => {
    const problem = problemOf(page, target);
    return problem ? [`${page}:${line}: link ${target}: ${problem}`] : [];
  });
}
