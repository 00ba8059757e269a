/** The attributes of each audience, with the ones that messages are sent to by default. */
import { Badge, Button, Card, Group, Select, Stack, Table, Text, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { Answer } from "~/kit/Answer";
import { Problems } from "~/kit/Problems";
import { useText } from "~/kit/text";
import {
  type AttributeType,
  type Audience,
  useAudiences,
  useChangeAudience,
  useDeclareAttribute,
} from "./queries";
import { attributeTypes, typeName } from "./types";

const DEFAULTS = [
  { field: "email_attribute", type: "email", label: "attributes.email" },
  { field: "phone_attribute", type: "phone", label: "attributes.phone" },
  { field: "zone_attribute", type: "zone", label: "attributes.zone" },
] as const;

export function AttributesPart() {
  const text = useText();
  const audiences = useAudiences();
  return (
    <Stack>
      <Text>{text("attributes.hint")}</Text>
      <Answer of={audiences}>
        {(found) => found.map((audience) => <AudienceCard key={audience.name} audience={audience} />)}
      </Answer>
    </Stack>
  );
}

function AudienceCard({ audience }: { audience: Audience }) {
  const text = useText();
  const change = useChangeAudience(audience.name);
  const attributes = Object.entries(audience.attributes);
  return (
    <Card withBorder component="section" aria-label={audience.label}>
      <Title order={2} size="h4" mb="sm">
        {audience.label}
      </Title>
      <Group grow align="flex-start" mb="md">
        {DEFAULTS.map(({ field, type, label }) => (
          <Select
            key={field}
            label={text(label)}
            placeholder={text("attributes.none")}
            data={attributes.filter(([, one]) => one === type).map(([name]) => name)}
            value={audience[field]}
            onChange={(value) => change.mutate({ [field]: value })}
            clearable
          />
        ))}
      </Group>
      {change.error && <Problems of={change.error} />}
      <Table.ScrollContainer minWidth={320}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{text("attributes.name")}</Table.Th>
              <Table.Th>{text("attributes.type")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {attributes.map(([name, type]) => (
              <Table.Tr key={name}>
                <Table.Td ff="monospace">{name}</Table.Td>
                <Table.Td>
                  <Badge variant="default" tt="none" fw={500}>
                    {typeName(text, type)}
                  </Badge>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <NewAttribute audience={audience.name} />
    </Card>
  );
}

function NewAttribute({ audience }: { audience: string }) {
  const text = useText();
  const declare = useDeclareAttribute(audience);
  const form = useForm({ initialValues: { attribute: "", type: "text" as AttributeType } });
  const submit = form.onSubmit((given) => declare.mutate(given, { onSuccess: form.reset }));
  return (
    <form onSubmit={submit}>
      <Group align="flex-start" mt="sm">
        <TextInput
          label={text("attributes.name")}
          description={text("attributes.nameHint")}
          pattern="[a-z][a-z0-9_]*"
          required
          {...form.getInputProps("attribute")}
        />
        <Select
          label={text("attributes.type")}
          description={text("attributes.final")}
          data={attributeTypes(text)}
          allowDeselect={false}
          {...form.getInputProps("type")}
        />
        <Button type="submit" variant="default" mt={47} loading={declare.isPending}>
          {text("attributes.add")}
        </Button>
      </Group>
      {declare.error && <Problems of={declare.error} />}
    </form>
  );
}
