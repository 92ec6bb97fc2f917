"""What devices answer, in plain words of the standard, where what they really said was not recorded."""

import cpe

METHODS = ("GetRPCMethods", "SetParameterValues", "GetParameterValues", "GetParameterNames", "AddObject", "DeleteObject",
           "GetParameterAttributes", "Reboot", "FactoryReset", "Download", "Upload")


def _listed(method, kind, items, message_id):
    return cpe.envelope(f'<cwmp:{method}><ParameterList SOAP-ENC:arrayType="cwmp:{kind}[{len(items)}]">'
                        f'{"".join(items)}</ParameterList></cwmp:{method}>', message_id)


def values(request, *rows):
    """rows: (name, text, type)"""
    return _listed("GetParameterValuesResponse", "ParameterValueStruct", [cpe.value(*row) for row in rows],
                   request.text_of("ID"))


def names(request, *names_of):
    return _listed("GetParameterNamesResponse", "ParameterInfoStruct",
                   [f"<ParameterInfoStruct><Name>{name}</Name><Writable>0</Writable></ParameterInfoStruct>"
                    for name in names_of], request.text_of("ID"))


def methods(request):
    items = "".join(f"<string>{name}</string>" for name in METHODS)
    return cpe.envelope(f'<cwmp:GetRPCMethodsResponse><MethodList SOAP-ENC:arrayType="xsd:string[{len(METHODS)}]">{items}'
                        "</MethodList></cwmp:GetRPCMethodsResponse>", request.text_of("ID"))


def status(request, method, text="0", more=""):
    return cpe.envelope(f"<cwmp:{method}><Status>{text}</Status>{more}</cwmp:{method}>", request.text_of("ID"))


def fault(request, code):
    return cpe.envelope("<SOAP-ENV:Fault><faultcode>Client</faultcode><faultstring>CWMP fault</faultstring><detail>"
                        f"<cwmp:Fault><FaultCode>{code}</FaultCode><FaultString>no</FaultString></cwmp:Fault></detail>"
                        "</SOAP-ENV:Fault>", request.text_of("ID"))
