/** Answers that refuse, in GitHub's shape. */

const DOCS = "https://docs.github.com/rest";

export interface FieldError {
  readonly resource: string;
  readonly field?: string;
  readonly code: string;
  readonly message?: string;
  readonly value?: unknown;
}

/** Thrown by a handler to end the request with this status and body. */
export class ApiError extends Error {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    status: number,
    message: string,
    more: Readonly<Record<string, unknown>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.body = { message, documentation_url: DOCS, status: String(status), ...more };
    this.headers = headers;
  }
}

export const notFound = () => new ApiError(404, "Not Found");
export const requiresAuthentication = () => new ApiError(401, "Requires authentication");
export const notAccessible = () => new ApiError(403, "Resource not accessible by integration");
export const conflict = (message: string) => new ApiError(409, message);
export const notAllowed = (message: string) => new ApiError(405, message);

/** 422 "Validation Failed" with GitHub's list of field errors. */
export function invalid(...errors: FieldError[]): ApiError {
  return new ApiError(422, "Validation Failed", { errors });
}

/** 422 with a bare message. */
export const unprocessable = (message: string) => new ApiError(422, message);
