#include "tests/cpesim/rows_columns.h"

const struct row rows_tr098[] = {
#include "tests/cpesim/rows/tr098.def"
    {0}};
const struct row rows_wlan098_1[] = {
#include "tests/cpesim/rows/wlan098_1.def"
    {0}};
const struct row rows_wlan098_1_5[] = {
#include "tests/cpesim/rows/wlan098_1_5.def"
    {0}};
const struct row rows_gpon098[] = {
#include "tests/cpesim/rows/gpon098.def"
    {0}};
const struct row rows_dsl098[] = {
#include "tests/cpesim/rows/dsl098.def"
    {0}};
const struct row rows_ethernet098[] = {
#include "tests/cpesim/rows/ethernet098.def"
    {0}};
const struct row rows_diag098[] = {
#include "tests/cpesim/rows/diag098.def"
    {0}};
const struct row rows_scan098[] = {
#include "tests/cpesim/rows/scan098.def"
    {0}};
const struct row rows_wlan098_6_1[] = {
#include "tests/cpesim/rows/wlan098_6_1.def"
    {0}};
const struct row rows_gponct098[] = {
#include "tests/cpesim/rows/gponct098.def"
    {0}};
