/**
 * Runs npm in `folder`. No package's scripts are run: none is needed. npm takes its time over other signals than
 * SIGKILL, and what it leaves half-done is never used.
 */
export function npm(workspace, label, args, folder) {
  const options = { cwd: folder, signal: "SIGKILL" };
  return workspace.run(label, "npm", [...args, "--ignore-scripts", "--no-audit", "--no-fund"], options);
}
