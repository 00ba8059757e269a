// Sends the form with the token that stands behind the # of the set-up link, and says what came of it.
const form = document.getElementById("setup");
const problem = document.getElementById("problem");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  problem.textContent = "";
  const token = new URLSearchParams(location.hash.slice(1)).get("token") ?? "";
  const answer = await fetch("/api/v1/setup", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ token, ...Object.fromEntries(new FormData(form)) }),
  });
  if (answer.ok) {
    form.hidden = true;
    document.getElementById("done").hidden = false;
    history.replaceState(null, "", "/setup");
  } else {
    const { detail, problems } = await answer.json();
    problem.textContent = [detail, ...problems.map((one) => one.message)].join(" ");
  }
});
