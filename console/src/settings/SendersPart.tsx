/** From whom emails can be: the saved senders, and which one new emails begin with. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { IconMailForward, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { Answer } from "~/kit/Answer";
import { Empty } from "~/kit/Empty";
import { useText } from "~/kit/text";
import { useSenders } from "./queries";
import { SenderCard } from "./SenderCard";
import { SenderForm } from "./SenderForm";

export function SendersPart() {
  const text = useText();
  const senders = useSenders();
  const [isAdding, setAdding] = useState(false);
  const add = (
    <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setAdding(true)}>
      {text("senders.add")}
    </Button>
  );
  return (
    <>
      <Answer of={senders}>
        {(found) =>
          found.length === 0 ? (
            <Empty icon={IconMailForward} title={text("senders.emptyTitle")} action={add}>
              {text("senders.emptyHint")}
            </Empty>
          ) : (
            <Stack>
              <Text>{text("senders.hint")}</Text>
              {found.map((one) => (
                <SenderCard key={one.id} sender={one} />
              ))}
              <Group>{add}</Group>
            </Stack>
          )
        }
      </Answer>
      {isAdding && <SenderForm onClose={() => setAdding(false)} />}
    </>
  );
}
