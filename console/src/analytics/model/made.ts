/** A visit for tests to begin from. */
import type { Visit } from "./replay";

export const VISIT: Visit = {
  journey: "launch",
  name: "Launch",
  version: 1,
  run: 1,
  participant: "3-1",
  step: "clicked",
  kind: "if",
  entered_at: "2026-12-01T09:00:00Z",
  left_at: "2026-12-01T10:00:00Z",
  outcome: "yes",
  exit_reason: null,
  cause: null,
  delivery: null,
  delivery_state: null,
  reason: null,
  answer: null,
  address: null,
  handed_at: null,
};
