import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Landmarks } from "./landmarks.ts";
import { ownPath } from "./own-path.ts";

/**
 * What keeps a command apart from everything else of its user.
 *
 * `namespaces`: its own view of processes and mounts (util-linux `unshare`), got as `root`, by an unprivileged
 * `user` namespace, or by `sudo` without a password, which drops back to the same user before the command runs.
 * `group`: a process group only; `note` says to people what that leaves open.
 */
export type Isolation =
  | { readonly kind: "namespaces"; readonly by: Means }
  | { readonly kind: "group"; readonly note: string };
export type Means = "root" | "user" | "sudo";

/** A command's walls: besides what it is kept in, what it cannot reach by path. */
export interface Confinement {
  readonly isolation: Isolation;
  /** Absolute paths of folders that look empty to the command, and of files and sockets that it cannot open. */
  readonly hidden: readonly string[];
  /** Absolute paths of folders that stay where they are although they lie in a hidden one. */
  readonly reachable: readonly string[];
  /** Where those lay at the beginning: nothing is started once one of them was moved. Default: not looked at. */
  readonly landmarks?: Landmarks;
}

/** Services that start processes outside of any namespace for whoever may talk to them; paths as on Linux. */
export const DOORS: readonly string[] = [
  "/run/docker.sock",
  "/run/containerd",
  "/run/podman",
  "/run/dbus",
  "/run/systemd/private",
  "/run/user",
];

/** Who this process is. Group ids are those of `process.getgroups`. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

export interface Launch {
  readonly file: string;
  readonly args: readonly string[];
}

/**
 * The first process of the namespaces, with every right in them: it mounts, starts the command without those
 * rights, and ends with it, upon which the kernel kills whatever is left. Its standard input is a leash: once our
 * end of it is closed, by us or because we were killed, it ends as well. (It being a socket, bash would take the
 * start for a remote login and read a person's files: hence `--norc`.)
 */
const INIT = `
fail() { printf 'The command was not run: %s\\n' "$1"; exit 125; }
exec 3<&0 0</dev/null
hidden=("\${@:2:$1}"); shift $(($1 + 1))
kept=("\${@:2:$1}"); shift $(($1 + 1))
cwd=$1; masked=$2; shift 2
fds=()
for path in "\${kept[@]}"; do exec {fd}<"$path" || fail "$path cannot be read"; fds+=("$fd"); done
for path in "\${hidden[@]}"; do
  if [ -d "$path" ]; then mount -t tmpfs -o mode=0755,size=1m none "$path" || fail "$path cannot be hidden"
  elif [ -e "$path" ]; then mount --bind /dev/null "$path" || fail "$path cannot be hidden"
  fi
done
for index in "\${!kept[@]}"; do
  path=\${kept[index]} fd=\${fds[index]}
  if ! [ "$path" -ef "/proc/self/fd/$fd" ]; then
    mkdir -p -- "$path" && mount --no-canonicalize --bind "/proc/self/fd/$fd" "$path" || fail "$path cannot be kept"
  fi
  exec {fd}<&-
done
for path in $masked; do
  [ -e "$path" ] || continue
  mount -o bind,ro "$path" "$path" || fail "$path cannot be made read-only"
done
cd -- "$cwd" || fail "$cwd cannot be entered"
setsid "$@" 2>&1 3<&- &
( read -r _ <&3 ) &
leash=$!
exec 2>/dev/null
wait -n; code=$?
kill -0 "$leash" || code=137
exit "$code"
`;

/** Root outside of the namespaces is root: what would lead out of them is taken away, as container engines do. */
const DROPPED = [
  "sys_admin",
  "sys_module",
  "sys_rawio",
  "sys_boot",
  "sys_ptrace",
  "sys_time",
  "syslog",
  "mknod",
  "net_admin",
  "mac_admin",
  "mac_override",
  "dac_read_search",
];
const READ_ONLY_FOR_ROOT = "/proc/sys /proc/sysrq-trigger /proc/irq /proc/bus /proc/fs /sys";

/** The argument vector that runs `argv` in namespaces of its own, with `env` and nothing else of our environment. */
export function launchOf(
  argv: readonly string[],
  options: {
    readonly by: Means;
    readonly identity: Identity;
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
    readonly hidden: readonly string[];
    readonly reachable: readonly string[];
  },
): Launch {
  const { by, identity, hidden, reachable } = options;
  const unshare = ["unshare", "--pid", "--mount", "--fork", "--kill-child", "--mount-proc"];
  const outer = {
    root: unshare,
    user: [...unshare, "--user", "--map-root-user"],
    sudo: ["sudo", "-n", "--", ...unshare],
  }[by];
  const [file = "unshare", ...args] = [
    ...outer,
    ...["--", "bash", "--norc", "-c", INIT, "slipway"],
    ...[String(hidden.length), ...hidden, String(reachable.length), ...reachable],
    ...[options.cwd, by === "root" ? READ_ONLY_FOR_ROOT : ""],
    ...lowered(by, identity),
    ...["env", "-i", "--", ...Object.entries(options.env).map(([name, value]) => `${name}=${value}`)],
    ...argv,
  ];
  return { file, args };
}

/** What the command is run by, so that it is who we are and cannot undo what the first process did. */
function lowered(by: Means, { uid, gid, groups }: Identity): string[] {
  switch (by) {
    case "root":
      return [
        "setpriv",
        "--inh-caps=-all",
        `--bounding-set=${DROPPED.map((name) => `-${name}`).join(",")}`,
        "--no-new-privs",
      ];
    case "user":
      return ["unshare", `--map-user=${uid}`, `--map-group=${gid}`, "--", "setpriv", "--no-new-privs"];
    case "sudo":
      return [
        ...["setpriv", `--reuid=${uid}`, `--regid=${gid}`],
        groups.length > 0 ? `--groups=${groups.join(",")}` : "--clear-groups",
        ...["--inh-caps=-all", "--bounding-set=-all", "--no-new-privs"],
      ];
  }
}

/** Who we are; null where users have no numbers. */
export function identity(): Identity | null {
  const uid = process.getuid?.();
  const gid = process.getgid?.();
  return uid === undefined || gid === undefined ? null : { uid, gid, groups: process.getgroups?.() ?? [] };
}

const NOTE =
  "This machine allows commands no namespaces of their own: they see the other processes of their user and reach what it can read.";

/**
 * The strongest that this machine allows, found by trying it on a folder of our own. Takes some tenths of a second:
 * ask once and hand the answer on. An unprivileged namespace is preferred to sudo, which is more than is needed.
 *
 * @param path where programs are looked for
 */
export async function detectIsolation(
  means: readonly Means[] = process.getuid?.() === 0 ? ["root"] : ["user", "sudo"],
  path = ownPath(),
): Promise<Isolation> {
  if (process.platform === "linux") {
    for (const by of means) if (await works(by, path)) return { kind: "namespaces", by };
  }
  return { kind: "group", note: NOTE };
}

/** Hides a file, and sees both that it is hidden and that `/proc` begins anew. */
async function works(by: Means, path: string): Promise<boolean> {
  const who = identity();
  if (who === null) return false;
  const probe = await mkdtemp(join(tmpdir(), "slipway-probe-"));
  try {
    const [hidden, kept] = [join(probe, "hidden"), join(probe, "hidden", "kept")];
    await mkdir(kept, { recursive: true });
    await writeFile(join(hidden, "secret"), "");
    await writeFile(join(kept, "file"), "");
    const seen = 'echo "$(id -u)" *; test -e kept/file && test -d /proc/1 && ! test -e /proc/'.concat(
      `${process.pid}/environ && echo apart`,
    );
    const { file, args } = launchOf(["bash", "-c", seen], {
      by,
      identity: who,
      cwd: hidden,
      env: { PATH: process.env.PATH ?? "" },
      hidden: [hidden],
      reachable: [kept],
    });
    return (await output(file, args, path)) === `${who.uid} kept\napart\n`;
  } finally {
    await rm(probe, { recursive: true, force: true });
  }
}

function output(file: string, args: readonly string[], path: string): Promise<string> {
  const env = { PATH: path, LANG: "C.UTF-8" };
  return new Promise((resolve) => {
    // A child's standard input stays open until we end it: that is the leash.
    execFile(file, [...args], { env, timeout: 10_000, killSignal: "SIGKILL" }, (error, stdout) =>
      resolve(error ? "" : stdout),
    );
  });
}
