/** Begins an email, a text message or a push notification. */
import { Button, Group, Radio, Select, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { Page } from "~/kit/Page";
import { Problems } from "~/kit/Problems";
import { useText } from "~/kit/text";
import { useSenders } from "~/settings/queries";
import { KINDS } from "./kinds";
import { type Kind, useAudiences, useCreateContent } from "./queries";
import { begun, STARTS, type Start, slugOf } from "./starts";

export function NewContentPage() {
  const text = useText();
  const navigate = useNavigate();
  const audiences = useAudiences();
  const senders = useSenders();
  const create = useCreateContent();
  const [asked] = useSearchParams();
  const [kind, setKind] = useState<string>(asked.get("kind") ?? "email");
  const [start, setStart] = useState<string>("blank");
  const [title, setTitle] = useState("");
  const [audience, setAudience] = useState<string>(asked.get("audience") ?? "contact");
  const name = slugOf(title);
  const from = senders.data?.find((one) => one.default);
  const submit = () =>
    create.mutate(begun(kind as Kind, start as Start, { name, audience }, from), {
      onSuccess: (made) => navigate(`/content/${made.name}`, { replace: true }),
    });
  return (
    <Page title={text("new.title")}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name) submit();
        }}
      >
        <Stack maw={640}>
          <Radio.Group label={text("new.kind")} value={kind} onChange={setKind}>
            <Group mt="xs">
              {KINDS.map((one) => (
                <Radio key={one} value={one} label={text(`content.kind${one}`)} />
              ))}
            </Group>
          </Radio.Group>
          <Radio.Group label={text("new.start")} value={start} onChange={setStart}>
            <Group mt="xs" align="stretch">
              {STARTS.map((one) => (
                <Radio.Card
                  key={one}
                  value={one}
                  p="sm"
                  w={196}
                  display="flex"
                  aria-label={text(`new.${one}`)}
                >
                  <Group wrap="nowrap" align="flex-start">
                    <Radio.Indicator />
                    <div>
                      <Text fw={600}>{text(`new.${one}`)}</Text>
                      <Text size="sm" c="dimmed">
                        {text(`new.${one}Hint`)}
                      </Text>
                    </div>
                  </Group>
                </Radio.Card>
              ))}
            </Group>
          </Radio.Group>
          <TextInput
            label={text("new.name")}
            description={name ? text("new.nameHint", { name }) : text("new.nameNeeded")}
            value={title}
            onChange={(event) => setTitle(event.currentTarget.value)}
            maxLength={100}
            required
          />
          <Select
            label={text("new.audience")}
            description={text("new.audienceHint")}
            data={(audiences.data ?? []).map((one) => ({ value: one.name, label: one.label }))}
            value={audience}
            onChange={(value) => value && setAudience(value)}
            allowDeselect={false}
          />
          {create.error && <Problems of={create.error} />}
          <Group>
            <Button type="submit" loading={create.isPending} disabled={!name || senders.isLoading}>
              {text("new.create")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Page>
  );
}
