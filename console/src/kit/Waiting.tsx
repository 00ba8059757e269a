/** Something is on its way. */
import { Center, Loader } from "@mantine/core";
import { useText } from "./text";

export function Waiting() {
  const text = useText();
  return (
    <Center p="xl">
      <Loader aria-label={text("kit.loading")} role="status" />
    </Center>
  );
}
