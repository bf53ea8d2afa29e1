// Before anything is drawn: a page that flashes white at night is no dark page.
try {
  const theme = localStorage.getItem('geppetto.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Where nothing may be kept, the system decides.
}
