/** What a new journey is called, and who starts it, and when; then its canvas opens. */
import { Alert, Button, Group, Stack, TextInput, Title } from "@mantine/core";
import { useState } from "react";
import { useNavigate } from "react-router";
import { BLANK, type Start } from "~/canvas/start/model";
import { StartFields } from "~/canvas/start/StartFields";
import { Problems } from "~/kit/Problems";
import { useText } from "~/kit/text";
import { DAY, HOUR, writeWall } from "~/kit/wall";
import { placesOf } from "../places";
import { useCreateJourney } from "../queries";
import type { Soon, Template } from "./templates";

interface AboutFormProps {
  template: Template | undefined;
  onBack(): void;
}

export function AboutForm({ template, onBack }: AboutFormProps) {
  const text = useText();
  const navigate = useNavigate();
  const create = useCreateJourney();
  const [name, setName] = useState(template ? text(`create.${template.id}`) : "");
  const [start, setStart] = useState<Start>({ ...BLANK, ...template?.start });
  const submit = () =>
    create.mutate(
      { journey: name, start, steps: template?.steps(soon()) ?? [] },
      { onSuccess: (made) => navigate(placesOf(made).edit) },
    );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack maw={640}>
        <Title order={2} size="h4">
          {text(template ? `create.${template.id}` : "create.blank")}
        </Title>
        {template && <Alert variant="light">{text(`create.${template.id}Hint`)}</Alert>}
        <TextInput
          label={text("create.name")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          required
          maxLength={200}
          data-autofocus
        />
        <StartFields value={start} onChange={setStart} />
        {create.error && <Problems of={create.error} />}
        <Group>
          <Button type="submit" loading={create.isPending}>
            {text("create.create")}
          </Button>
          <Button variant="default" onClick={onBack}>
            {text("create.back")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Days from today, at nine o'clock. */
function soon(): Soon {
  const today = Math.floor(Date.now() / DAY) * DAY;
  return { at: (days) => writeWall(today + days * DAY + 9 * HOUR) };
}
