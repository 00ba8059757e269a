/** The one way to the server: types come from its OpenAPI document, errors are its problem details (RFC 9457). */
import createClient, { type Middleware } from "openapi-fetch";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];
export type ProblemDetails = Schemas["ProblemDetails"];
export type FoundProblem = Schemas["FoundProblem"];

/** What the server refused, in its own words. */
export class Refusal extends Error {
  readonly status: number;
  readonly details: ProblemDetails | undefined;

  constructor(status: number, details: ProblemDetails | undefined) {
    super(details?.detail ?? details?.title ?? `The server answered ${status}.`);
    this.name = "Refusal";
    this.status = status;
    this.details = details;
  }
}

const refusals: Middleware = {
  async onResponse({ response }) {
    if (response.ok) return undefined;
    const isProblem = response.headers.get("content-type")?.includes("json");
    throw new Refusal(response.status, isProblem ? await response.clone().json() : undefined);
  },
};

export const api = createClient<paths>({ baseUrl: window.location.origin });
api.use(refusals);

/** The body of an answer, which is there because whatever else was thrown. */
export async function body<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T;
}
