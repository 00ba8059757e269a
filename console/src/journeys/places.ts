/** The addresses of a journey's pages; `main` is where somebody who chooses it wants to be. */
import type { Journey } from "./queries";

export function placesOf(journey: Pick<Journey, "id" | "published_at">) {
  const base = `/journeys/${journey.id}`;
  const places = {
    edit: `${base}/edit`,
    open: base,
    publish: `${base}/publish`,
    analytics: `${base}/analytics`,
  };
  return { ...places, main: journey.published_at ? places.analytics : places.edit };
}
