/** The state of a journey (P1), told by word and colour. */
import { Badge } from "@mantine/core";
import { type Text, useText } from "~/kit/text";

const COLOURS = {
  Draft: "gray",
  Live: "green",
  Paused: "yellow",
  Completing: "cyan",
  Completed: "cyan",
  Stopping: "red",
  Stopped: "red",
} as const;

type State = keyof typeof COLOURS;
export const STATES = Object.keys(COLOURS) as State[];

export function stateName(text: Text, state: string): string {
  return isState(state) ? text(`journeys.state${state}`) : state;
}

export function StateBadge({ state }: { state: string }) {
  const text = useText();
  return (
    <Badge variant="dot" color={isState(state) ? COLOURS[state] : "gray"} tt="none">
      {stateName(text, state)}
    </Badge>
  );
}

function isState(state: string): state is State {
  return state in COLOURS;
}
