// SPDX-License-Identifier: Apache-2.0
// First in the page: whatever goes wrong later is kept for data-report-faults.
window.reportFaults = [];
addEventListener('error', (event) => {
  reportFaults.push('script error: ' + (event.message || 'a resource of the page is missing'));
}, true);
addEventListener('unhandledrejection', (event) => {
  reportFaults.push('script error: ' + (event.reason && event.reason.message || event.reason));
});
console.error = ((original) => (...words) => {
  reportFaults.push('console error: ' + words.join(' '));
  original.apply(console, words);
})(console.error);
