/** Name under which an App's token waits for the action's `post` step. */
export const TOKEN_STATE = "appToken";

export const AGENT_NAME = "slipway/0.1.0";
