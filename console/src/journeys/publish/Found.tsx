/** Problems or warnings, each with what to do and a way to the step that it is about. */
import { Anchor, List } from "@mantine/core";
import { Link } from "react-router";
import type { FoundProblem } from "~/api/client";
import { useText } from "~/kit/text";
import { placesOf } from "../places";
import type { Journey } from "../queries";

export function Found({ journey, found }: { journey: Journey; found: FoundProblem[] }) {
  const text = useText();
  return (
    <List size="sm" spacing="xs">
      {found.map((one) => (
        <List.Item key={`${one.code} ${one.where} ${one.message}`}>
          {one.message} {one.advice}{" "}
          <Anchor
            component={Link}
            size="sm"
            c="inherit"
            underline="always"
            to={`${placesOf(journey).edit}?step=${one.where}`}
          >
            {text("publish.goTo", { step: one.where })}
          </Anchor>
        </List.Item>
      ))}
    </List>
  );
}
