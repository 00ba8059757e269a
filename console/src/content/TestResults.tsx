/** What became of a test: for each address, what the channel said. */
import { Alert, Anchor, List } from "@mantine/core";
import { Link } from "react-router";
import type { Schemas } from "~/api/client";
import { useText } from "~/kit/text";

export function TestResults({ results }: Schemas["TestResults"]) {
  const text = useText();
  const isGood = results.every((one) => one.result === "accepted");
  return (
    <Alert color={isGood ? "green" : "yellow"} role="status">
      <List size="sm" listStyleType="none">
        {results.map((one) => (
          <List.Item key={one.key}>
            {one.to}: {text(`test.${one.result}`)}.{" "}
            {one.answer === one.key ? (
              <Anchor component={Link} to={`/inbox/${one.key}`} size="sm" underline="always">
                {text("test.inbox")}
              </Anchor>
            ) : (
              one.answer && text("test.answer", { answer: one.answer })
            )}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

/** What was typed, one address after the other. */
export function addressesIn(typed: string): string[] {
  return typed
    .split(/[,;\n]/)
    .map((one) => one.trim())
    .filter(Boolean);
}
