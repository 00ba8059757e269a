/** The builder: the condition on one side, how many people it holds for, and some of them, on the other. */
import { Button, Grid, Group, Select, Stack, TextInput, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useNavigate } from "react-router";
import { Answer } from "~/kit/Answer";
import { Problems } from "~/kit/Problems";
import { useText } from "~/kit/text";
import { type Audience, useAudiences } from "~/settings/queries";
import { ConditionEditor } from "./ConditionEditor";
import { Edited } from "./MemberRow";
import { Preview } from "./Preview";
import { type Question, type Segment, useSegmentChanges } from "./queries";

const EVERYBODY: Question = { audience: "contact", condition: { all: [] } };
const TYPING = 400; // milliseconds after which somebody has probably finished a word

export function SegmentForm({ segment }: { segment?: Segment }) {
  const audiences = useAudiences();
  return (
    <Answer of={audiences}>{(found) => <Form audiences={found} {...(segment ? { segment } : {})} />}</Answer>
  );
}

function Form({ audiences, segment }: { audiences: Audience[]; segment?: Segment }) {
  const text = useText();
  const navigate = useNavigate();
  const { create, change } = useSegmentChanges();
  const [name, setName] = useState("");
  const [question, setQuestion] = useState<Question>(segment ?? EVERYBODY);
  const [asked] = useDebouncedValue(question, TYPING);
  const audience = audiences.find((one) => one.name === question.audience) ?? audiences[0];
  const { condition } = question;
  const given = { audience: question.audience, condition };
  const save = (live: boolean) =>
    segment
      ? change.mutate(
          { name: segment.name, ...given },
          { onSuccess: () => notifications.show({ message: text("segments.saved"), color: "green" }) },
        )
      : create.mutate({ name, live, ...given }, { onSuccess: (made) => navigate(`/segments/${made.name}`) });
  const error = create.error ?? change.error;
  return (
    <Grid gap="xl">
      <Grid.Col span={{ base: 12, md: 8 }}>
        <Stack>
          {!segment && (
            <Group align="flex-start" grow>
              <TextInput
                label={text("segments.name")}
                description={text("segments.nameHint")}
                value={name}
                onChange={(event) => setName(event.currentTarget.value)}
                required
                data-autofocus
              />
              <Select
                label={text("segments.audience")}
                description=" "
                data={audiences.map((one) => ({ value: one.name, label: one.label }))}
                value={question.audience}
                onChange={(to) => to && setQuestion({ audience: to, condition: { all: [] } })}
                allowDeselect={false}
              />
            </Group>
          )}
          <Title order={2} size="h4">
            {text("segments.condition")}
          </Title>
          {audience && (
            <Edited value={segment?.name}>
              <ConditionEditor
                value={condition}
                audience={audience}
                onChange={(to) => setQuestion({ ...question, condition: to })}
              />
            </Edited>
          )}
          {error && <Problems of={error} />}
          <Group>
            {segment ? (
              <Button loading={change.isPending} onClick={() => save(false)}>
                {text("segments.save")}
              </Button>
            ) : (
              <>
                <Button loading={create.isPending} disabled={!name} onClick={() => save(true)}>
                  {text("segments.saveLive")}
                </Button>
                <Button variant="default" disabled={!name} onClick={() => save(false)}>
                  {text("segments.save")}
                </Button>
              </>
            )}
          </Group>
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 4 }}>
        <Preview question={{ audience: asked.audience, condition: asked.condition }} />
      </Grid.Col>
    </Grid>
  );
}
