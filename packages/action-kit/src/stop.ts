/**
 * Tells when the runner asks this job to stop: a person cancelled the workflow run, or its time is over. The first
 * signal comes about ten seconds before the process is killed, which is time to hand over what was done.
 *
 * @param process whose signals are listened to; from then on they no longer end it by themselves
 */
export function stopSignal(process: Pick<NodeJS.Process, "on">): AbortSignal {
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => stop.abort());
  return stop.signal;
}
