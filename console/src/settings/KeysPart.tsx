/** The keys of programs: made here, shown once, revoked here. */
import {
  ActionIcon,
  Alert,
  Button,
  Code,
  CopyButton,
  Group,
  Stack,
  Table,
  Text,
  TextInput,
  VisuallyHidden,
} from "@mantine/core";
import { IconKey, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { FormattedDate } from "react-intl";
import { Answer } from "~/kit/Answer";
import { Confirm } from "~/kit/Confirm";
import { Problems } from "~/kit/Problems";
import { useText } from "~/kit/text";
import { useKeys, useMakeKey, useRevokeKey } from "./queries";

export function KeysPart() {
  const text = useText();
  const keys = useKeys();
  return (
    <Stack>
      <Text>{text("keys.hint")}</Text>
      <NewKey />
      <Answer of={keys}>
        {(found) =>
          found.length === 0 ? (
            <Text c="dimmed">{text("keys.none")}</Text>
          ) : (
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{text("keys.name")}</Table.Th>
                  <Table.Th>{text("keys.created")}</Table.Th>
                  <Table.Th>{text("keys.used")}</Table.Th>
                  <Table.Th>
                    <VisuallyHidden>{text("kit.actions")}</VisuallyHidden>
                  </Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {found.map((one) => (
                  <Table.Tr key={one.name}>
                    <Table.Td>{one.name}</Table.Td>
                    <Table.Td>
                      <FormattedDate value={one.created_at} dateStyle="medium" />
                    </Table.Td>
                    <Table.Td>
                      {one.used_at ? (
                        <FormattedDate value={one.used_at} dateStyle="medium" timeStyle="short" />
                      ) : (
                        text("keys.never")
                      )}
                    </Table.Td>
                    <Table.Td ta="right">
                      <Revoke name={one.name} />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )
        }
      </Answer>
    </Stack>
  );
}

function NewKey() {
  const text = useText();
  const make = useMakeKey();
  const [name, setName] = useState("");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        make.mutate(name, { onSuccess: () => setName("") });
      }}
    >
      <Group align="flex-end">
        <TextInput
          label={text("keys.newName")}
          description={text("keys.nameHint")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          required
        />
        <Button type="submit" loading={make.isPending}>
          {text("keys.make")}
        </Button>
      </Group>
      {make.error && <Problems of={make.error} />}
      {make.data && (
        <Alert mt="sm" icon={<IconKey aria-hidden />} title={text("keys.once")}>
          <Group>
            <Code>{make.data.key}</Code>
            <CopyButton value={make.data.key}>
              {({ copied, copy }) => (
                <Button size="compact-sm" variant="default" onClick={copy}>
                  {text(copied ? "keys.copied" : "keys.copy")}
                </Button>
              )}
            </CopyButton>
          </Group>
        </Alert>
      )}
    </form>
  );
}

function Revoke({ name }: { name: string }) {
  const text = useText();
  const revoke = useRevokeKey();
  const [isAsked, setAsked] = useState(false);
  return (
    <>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={text("keys.revoke", { name })}
        onClick={() => setAsked(true)}
      >
        <IconTrash size={18} aria-hidden />
      </ActionIcon>
      {isAsked && (
        <Confirm
          danger
          title={text("keys.revokeTitle", { name })}
          hint={text("keys.revokeHint")}
          action={text("keys.revokeNow")}
          pending={revoke.isPending}
          error={revoke.error}
          onConfirm={() => revoke.mutate(name, { onSuccess: () => setAsked(false) })}
          onClose={() => setAsked(false)}
        />
      )}
    </>
  );
}
