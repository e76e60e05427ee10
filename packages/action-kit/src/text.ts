/** A run's place in the Actions page, for links in comments and summaries. */
export function workflowRunUrl(environment: {
  serverUrl: string;
  owner: string;
  repo: string;
  workflowRunId: number;
}): string {
  return `${environment.serverUrl}/${environment.owner}/${environment.repo}/actions/runs/${environment.workflowRunId}`;
}
