/** Where blobs lie on this server. */

/**
 * On an IP address the first segment is the account, as in Azure's emulator; then container and blob. The link is on
 * the host of ACTIONS_RESULTS_URL, which the client has just reached.
 */
export const CONTAINER = "/artifacts/results";

/** The key of the blob that a path names. */
export function keyOfBlob(path: string): string | undefined {
  const key = path.startsWith(`${CONTAINER}/`) ? path.slice(CONTAINER.length + 1) : "";
  return key === "" || key.includes("/") ? undefined : key;
}
