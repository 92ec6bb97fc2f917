/* Makes libxml2 count the memory it holds, and run out of it on demand. */
#pragma once

#include <stddef.h>

/* Before anything of libxml2 has been used; once per program. */
void counting_begin(void);

size_t counting_held(void);  /* bytes allocated and not freed */
size_t counting_peak(void);  /* the most since counting_forget() */
size_t counting_calls(void); /* allocations asked for since counting_forget() */
void counting_forget(void);

/* The n-th allocation from now on (the first is 0) fails; with `all`, every one after it too. */
void counting_fail(size_t n, int all);
void counting_fail_no_more(void);
