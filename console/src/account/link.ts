/** A login link is any address of the console with `#login=` and a token behind it. */

/** The token of the link that led here, or null. It is taken out of the address, since it works once. */
export function takenToken(): string | null {
  const { hash, pathname, search } = window.location;
  const token = new URLSearchParams(hash.slice(1)).get("login");
  if (token) window.history.replaceState(window.history.state, "", pathname + search);
  return token;
}
