/** The look that every dialog shares: a sheet at the foot of a phone, in the middle of anything larger, that scrolls while the page behind does not. */
export const dialogStyle = {
  backdrop: 'fixed inset-0 bg-backdrop transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0',
  viewport: 'fixed inset-0 grid items-end overflow-y-auto overscroll-contain pt-10 sm:items-center sm:justify-items-center sm:p-6',
  sheet:
    'relative flex w-full min-w-0 flex-col rounded-t-xl border border-line bg-overlay shadow-dialog outline-none transition-[opacity,translate] duration-150 ease-out sm:rounded-xl ' +
    'data-ending-style:translate-y-2 data-starting-style:translate-y-2 data-ending-style:opacity-0 data-starting-style:opacity-0',
  // A sticky foot keeps clear of its scroller's padding; from `sm` on that is taken back, or the page would be seen under it.
  footer:
    'sticky bottom-0 flex flex-col-reverse flex-wrap gap-2 border-line border-t bg-overlay px-5 py-4 sm:-bottom-6 sm:flex-row sm:items-center sm:justify-end sm:rounded-b-xl sm:px-6',
}
