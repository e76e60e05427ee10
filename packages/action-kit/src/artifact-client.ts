/**
 * The toolkit's artifact client, which repeats what the service refuses for a moment, but not what the network loses:
 * a connection that is cut while something is asked or handed over. Here that is repeated, too.
 *
 * An artifact's name is taken with the first request for it. When the answer to that one, or to a later one of the same
 * upload, is lost, the artifact may be whole, half there or not there at all, and its name may not be free any more. It
 * is looked for, and handed over under a further name (`NAME~2`) where it is not whole; readers take the newest and never
 * see these names.
 */
import type { ArtifactClient } from "@actions/artifact";

type Toolkit = Pick<ArtifactClient, "uploadArtifact" | "listArtifacts" | "downloadArtifact">;
type Listed = Awaited<ReturnType<Toolkit["listArtifacts"]>>["artifacts"][number];

const TRIES = 4;
const WAITS_MS = [1_000, 3_000, 8_000] as const;
const FURTHER = /~(\d)$/;

/** @param sleep waits that many milliseconds */
export function persistent(client: Toolkit, sleep: (ms: number) => Promise<void>): Toolkit {
  const again = async <T>(
    act: () => Promise<T>,
    passes: (error: unknown) => boolean = () => false,
  ): Promise<T> => {
    for (let tried = 1; ; tried += 1) {
      try {
        return await act();
      } catch (error) {
        if (!(isLost(error) || passes(error)) || tried >= TRIES) throw error;
        await sleep(WAITS_MS[tried - 1] ?? 0);
      }
    }
  };
  return {
    async listArtifacts(options) {
      const { artifacts } = await again(() => client.listArtifacts(options));
      return { artifacts: underTheirNames(artifacts) };
    },
    // Its id was in a list: another that lacks it is behind.
    downloadArtifact: (id, options) => again(() => client.downloadArtifact(id, options), isUnlisted),
    async uploadArtifact(name, files, folder, options) {
      for (let tried = 1; ; tried += 1) {
        const as = tried === 1 ? name : `${name}~${tried}`;
        try {
          return await client.uploadArtifact(as, files, folder, options);
        } catch (error) {
          // Whatever it was: what is handed over was paid for, and is lost with this job.
          if (tried >= TRIES) throw error;
          const isTaken = /\(409\)/.test(messageOf(error));
          await sleep(WAITS_MS[tried - 1] ?? 0);
          const { artifacts } = await again(() => client.listArtifacts({ latest: true }));
          const whole = artifacts.find((artifact) => artifact.name === as);
          if (whole && !isTaken) return whole;
        }
      }
    },
  };
}

/** Of an artifact that was handed over more than once, or by more than one attempt of a job, the newest. */
function underTheirNames(artifacts: readonly Listed[]): Listed[] {
  const age = ({ createdAt }: Listed) => createdAt?.getTime() ?? 0;
  const newest = new Map<string, Listed>();
  for (const artifact of artifacts.toSorted((one, other) => age(one) - age(other) || one.id - other.id)) {
    const name = artifact.name.replace(FURTHER, "");
    newest.set(name, { ...artifact, name });
  }
  return [...newest.values()];
}

/** No answer arrived, or not all of it. */
function isLost(error: unknown): boolean {
  return /Unable to make request: E|\b(ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH)\b|socket hang up|fetch failed|terminated|aborted|stalled/i.test(
    messageOf(error),
  );
}

const isUnlisted = (error: unknown): boolean => /No artifacts found for ID/i.test(messageOf(error));

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
