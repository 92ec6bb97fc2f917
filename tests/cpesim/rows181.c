#include "tests/cpesim/rows_columns.h"

const struct row rows_device[] = {
#include "tests/cpesim/rows/device.def"
    {0}};
const struct row rows_tr181[] = {
#include "tests/cpesim/rows/tr181.def"
    {0}};
const struct row rows_diag181[] = {
#include "tests/cpesim/rows/diag181.def"
    {0}};
const struct row rows_optical181[] = {
#include "tests/cpesim/rows/optical181.def"
    {0}};
const struct row rows_modules181[] = {
#include "tests/cpesim/rows/modules181.def"
    {0}};
const struct row rows_mesh181[] = {
#include "tests/cpesim/rows/mesh181.def"
    {0}};
