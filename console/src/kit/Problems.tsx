/** What went wrong, in the server's words: the sentence, and each problem with what to do about it, unless it says the same. */
import { List, Text } from "@mantine/core";
import { Refusal } from "~/api/client";
import { useText } from "./text";

export function Problems({ of: error }: { of: unknown }) {
  const text = useText();
  if (!(error instanceof Refusal)) return <Text size="sm">{text("kit.unexpected")}</Text>;
  const problems = (error.details?.problems ?? [])
    .map(({ where, code, message, advice }) => ({
      key: `${where} ${code} ${message}`,
      said: `${message} ${advice}`,
    }))
    .filter(({ said }) => said !== error.message);
  return (
    <>
      <Text size="sm">{error.message}</Text>
      {problems.length > 0 && (
        <List size="sm">
          {problems.map(({ key, said }) => (
            <List.Item key={key}>{said}</List.Item>
          ))}
        </List>
      )}
    </>
  );
}
