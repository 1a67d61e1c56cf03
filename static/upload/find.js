// A code may arrive in the part of the address that browsers never send (#K7QX4-MND2P), as from the
// QR code of a kiosk; it is taken out of the address and sent as if it had been typed.

const form = document.querySelector("[data-find]");
const field = form.elements.code;

document.documentElement.classList.add("js-runs");

const code = decodeURIComponent(location.hash.slice(1));
if (/^[0-9A-Za-z -]{8,40}$/.test(code)) {
  history.replaceState(null, "", location.pathname + location.search);
  field.value = code;
  form.submit();
} else if (field.getAttribute("aria-invalid")) {
  field.focus();
}
