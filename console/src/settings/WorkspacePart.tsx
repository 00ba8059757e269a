/** What everybody shares: the name, the wall clock, the postal address; and sample data to play with. */
import { Button, Card, Group, Select, Stack, Text, Textarea, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useNavigate } from "react-router";
import type { Schemas } from "~/api/client";
import { Answer } from "~/kit/Answer";
import { Problems } from "~/kit/Problems";
import { useText } from "~/kit/text";
import { zones } from "~/kit/zones";
import { useChangeWorkspace, useSampleData, useWorkspace } from "./queries";

export function WorkspacePart() {
  const workspace = useWorkspace();
  return (
    <Stack gap="xl">
      <Answer of={workspace}>{(found) => <WorkspaceForm found={found} />}</Answer>
      <SampleData />
    </Stack>
  );
}

function WorkspaceForm({ found }: { found: Schemas["WorkspaceAnswer"] }) {
  const text = useText();
  const change = useChangeWorkspace();
  const form = useForm({
    initialValues: { name: found.name, zone: found.zone, postal_address: found.postal_address ?? "" },
  });
  const saved = () => notifications.show({ message: text("settings.saved"), color: "green" });
  return (
    <form onSubmit={form.onSubmit((given) => change.mutate(given, { onSuccess: saved }))}>
      <Stack>
        <TextInput label={text("workspace.name")} required {...form.getInputProps("name")} />
        <Select
          label={text("workspace.zone")}
          description={text("workspace.zoneHint")}
          data={zones()}
          searchable
          limit={100}
          allowDeselect={false}
          {...form.getInputProps("zone")}
        />
        <Textarea
          label={text("workspace.postal")}
          description={text("workspace.postalHint")}
          autosize
          minRows={2}
          {...form.getInputProps("postal_address")}
        />
        {change.error && <Problems of={change.error} />}
        <Group>
          <Button type="submit" loading={change.isPending} disabled={!form.isDirty()}>
            {text("kit.save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function SampleData() {
  const text = useText();
  const navigate = useNavigate();
  const sample = useSampleData();
  return (
    <Card withBorder>
      <Stack gap="sm" align="flex-start">
        <Title order={2} size="h4">
          {text("workspace.sampleTitle")}
        </Title>
        <Text size="sm">{text("workspace.sampleHint")}</Text>
        {sample.error && <Problems of={sample.error} />}
        <Button
          variant="default"
          loading={sample.isPending}
          onClick={() => sample.mutate(undefined, { onSuccess: () => navigate("/journeys") })}
        >
          {text("workspace.sample")}
        </Button>
      </Stack>
    </Card>
  );
}
