// Niceties only: every page works without this file.
"use strict";

// "/" puts the cursor into the search field, as readers of long lists expect.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const field = document.querySelector('input[type="search"]');
    if (field) {
      event.preventDefault();
      field.focus();
      field.select();
    }
  }
});

// A select in a filter form applies itself.
document.querySelectorAll("form.filter-form select").forEach((select) => {
  select.addEventListener("change", () => select.form.requestSubmit());
});

// Empty fields do not clutter the address.
document.querySelectorAll("form:not([method=post])").forEach((form) => {
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData.entries()]) {
      if (value === "" && name !== "q") event.formData.delete(name);
    }
  });
});

// A running capture shows its progress without a reload.
const progress = document.querySelector("[data-progress]");
if (progress) {
  const look = async () => {
    const answer = await fetch(progress.dataset.progress, { headers: { accept: "application/json" } });
    if (!answer.ok) return;
    const job = await answer.json();
    if (job.finished) {
      window.location.reload();
      return;
    }
    progress.querySelector("[data-stage]").textContent = job.says;
    window.setTimeout(look, 700);
  };
  window.setTimeout(look, 700);
}
