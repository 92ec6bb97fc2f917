/* Every kind of action, one file each. */
#pragma once

#include "provisioning/action.h"

extern const struct action_kind action_refresh;
extern const struct action_kind action_params_get;
extern const struct action_kind action_params_set;
extern const struct action_kind action_reboot;
extern const struct action_kind action_object_add;
extern const struct action_kind action_object_delete;
extern const struct action_kind action_factory_reset;
extern const struct action_kind action_inform_schedule;
extern const struct action_kind action_rpc;
extern const struct action_kind action_attributes_get;
extern const struct action_kind action_attributes_set;
extern const struct action_kind action_attributes_restore;
extern const struct action_kind action_software_change;
extern const struct action_kind action_download_schedule;
extern const struct action_kind action_transfers_list;
extern const struct action_kind action_transfer_cancel;
extern const struct action_kind action_credentials_rotate;
extern const struct action_kind action_firmware_install;
extern const struct action_kind action_config_restore;
extern const struct action_kind action_config_backup;
extern const struct action_kind action_log_fetch;
extern const struct action_kind action_wifi_set_password;
extern const struct action_kind action_wifi_set_ssid;
extern const struct action_kind action_wifi_set_channel;
extern const struct action_kind action_wifi_enable;
extern const struct action_kind action_wan_set_pppoe;
extern const struct action_kind action_lan_set_dns;
extern const struct action_kind action_lan_set_dhcp;
extern const struct action_kind action_port_forward_list;
extern const struct action_kind action_port_forward_add;
extern const struct action_kind action_port_forward_remove;
extern const struct action_kind action_cpe_set_admin_password;
extern const struct action_kind action_remote_access_set;
extern const struct action_kind action_undo;
extern const struct action_kind action_diag_ping;
extern const struct action_kind action_diag_traceroute;
extern const struct action_kind action_diag_dns;
extern const struct action_kind action_diag_download;
extern const struct action_kind action_diag_upload;
extern const struct action_kind action_diag_wifi_scan;
extern const struct action_kind action_diag_line;
extern const struct action_kind action_diag_stop;
extern const struct action_kind action_diag_clients;
extern const struct action_kind action_diag_hosts;
