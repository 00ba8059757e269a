/** What went wrong, in the server's words: the sentence, and each problem with what to do about it. */
import { List, Text } from "@mantine/core";
import { Refusal } from "~/api/client";
import { useText } from "./text";

export function Problems({ of: error }: { of: unknown }) {
  const text = useText();
  if (!(error instanceof Refusal)) return <Text size="sm">{text("kit.unexpected")}</Text>;
  return (
    <>
      <Text size="sm">{error.message}</Text>
      <List size="sm">
        {(error.details?.problems ?? []).map((problem) => (
          <List.Item key={`${problem.where} ${problem.code} ${problem.message}`}>
            {problem.message} {problem.advice}
          </List.Item>
        ))}
      </List>
    </>
  );
}
